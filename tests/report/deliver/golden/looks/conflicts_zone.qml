<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.16-Białowieża" styleCategories="AllStyleCategories" labelsEnabled="1">
 <renderer-v2 type="categorizedSymbol" enableorderby="0" symbollevels="0" forceraster="0" attr="layer">
  <categories>
   <category symbol="0" value="ecology" label="生态保护红线" render="true" type="string" />
   <category symbol="1" value="farmland" label="永久基本农田" render="true" type="string" />
   <category symbol="2" value="water_source" label="饮用水水源保护区" render="true" type="string" />
   <category symbol="3" value="lake" label="湖泊保护线" render="true" type="string" />
   <category symbol="4" value="boundary" label="城镇开发边界以外" render="true" type="string" />
   <category symbol="5" value="river" label="长江干支流岸线一公里范围" render="true" type="string" />
   <category symbol="6" value="hazard" label="地质灾害易发区" render="true" type="string" />
   <category symbol="7" value="slope" label="陡坡地" render="true" type="string" />
   <category symbol="8" value="industrial_line" label="工业用地红线" render="true" type="string" />
   <category symbol="9" value="" label="其他" render="true" type="string" />
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
      <Option name="color" type="QString" value="68,170,153,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="68,170,153,255" />
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
      <Option name="color" type="QString" value="153,153,51,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="153,153,51,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="8" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="170,68,153,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="170,68,153,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="9" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
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
 <labeling type="simple">
  <settings calloutType="simple">
   <text-style fieldName="&quot;name&quot;" isExpression="1" fontFamily="Noto Sans CJK SC" fontSize="8" fontSizeUnit="Point" textColor="31,35,40,255" namedStyle="Regular">
    <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferColor="255,255,255,255" bufferOpacity="0.85" />
   </text-style>
   <placement placement="1" quadOffset="1" centroidInside="1" centroidWhole="0" />
   <rendering drawLabels="1" scaleVisibility="1" scaleMin="0" scaleMax="2000000" obstacle="0" displayAll="0" fontMinPixelSize="3" fontMaxPixelSize="10000" limitNumLabels="0" maxNumLabels="2000" />
  </settings>
 </labeling>
 <aliases />
 <layerGeometryType>2</layerGeometryType>
</qgis>
