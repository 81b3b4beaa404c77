<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.16-Białowieża" styleCategories="AllStyleCategories">
 <renderer-v2 type="categorizedSymbol" enableorderby="0" symbollevels="0" forceraster="0" attr="kind">
  <categories>
   <category symbol="0" value="new_construction" label="新增建设用地" render="true" type="string" />
   <category symbol="1" value="newly_built" label="新建" render="true" type="string" />
   <category symbol="2" value="abandoned" label="弃建" render="true" type="string" />
   <category symbol="3" value="converted" label="转用途" render="true" type="string" />
   <category symbol="4" value="farmland_taken" label="占用耕地" render="true" type="string" />
   <category symbol="5" value="construction_lost" label="建设用地减少" render="true" type="string" />
   <category symbol="6" value="redrawn" label="界线重绘" render="true" type="string" />
   <category symbol="7" value="" label="其他" render="true" type="string" />
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="221,204,119,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="221,204,119,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="136,204,238,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="136,204,238,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="136,34,85,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="136,34,85,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="3" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="204,102,119,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="204,102,119,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="4" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="51,34,136,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="51,34,136,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="5" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="17,119,51,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="17,119,51,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="6" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="191,191,191,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="191,191,191,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="7" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="191,191,191,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="191,191,191,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <aliases />
 <layerGeometryType>2</layerGeometryType>
</qgis>
