<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.16-Białowieża" styleCategories="AllStyleCategories">
 <renderer-v2 type="singleSymbol" enableorderby="0" symbollevels="0" forceraster="0">
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="187,170,85,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="187,170,85,255" />
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
